oddflow detect -q -o ndjson "$DATA/two-windows.binetflow"
oddflow detect -q -o ndjson --windows-only "$DATA/two-windows.binetflow"
