f=$DATA/two-windows.binetflow
oddflow detect -q -n 3 --detector dbscan:eps=auto "$f"
oddflow detect -q --windows-only --detector dbscan:eps=auto "$f"
oddflow detect -q --windows-only -o ndjson --detector dbscan:eps=auto "$f"
oddflow detect -q --detector dbscan:eps=none "$f" 2>&1
oddflow detect -q --detector dbscan:eps=0 "$f" 2>&1
