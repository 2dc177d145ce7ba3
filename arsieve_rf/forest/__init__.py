"""Many trees: seeds, parallel growing, aggregation, export."""
