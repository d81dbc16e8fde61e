oddflow detect --steps "$DATA/two-windows.binetflow"
