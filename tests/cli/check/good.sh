oddflow check "$DATA/two-windows.binetflow" "$DATA/first-window.binetflow" "$DATA/table.csv"
