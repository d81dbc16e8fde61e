f=$DATA/two-windows.binetflow
oddflow detect -q -n 1 -o csv --detector dbscan:eps=0.1,min_samples=5 "$f"
oddflow detect -q -n 3 -o csv --detector dbscan:eps=0.1,min_samples=5 "$f"
