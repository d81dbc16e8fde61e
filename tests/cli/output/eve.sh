oddflow detect -q -o eve "$DATA/two-windows.binetflow"
