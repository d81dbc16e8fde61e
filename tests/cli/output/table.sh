oddflow detect "$DATA/two-windows.binetflow"
