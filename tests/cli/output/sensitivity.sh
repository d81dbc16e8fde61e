f=$DATA/two-windows.binetflow
oddflow detect --sensitivity 0.01,0.1,2.5,auto "$f"
oddflow detect --sensitivity 0.1,0.01 --detector dbscan:min_samples=30 "$f"
oddflow detect --sensitivity 0.1,,3 "$f" 2>&1
oddflow detect --sensitivity 0.1,x "$f" 2>&1
oddflow detect --sensitivity 1 --detector knn "$f" 2>&1
oddflow detect --sensitivity 1 --steps "$f" 2>&1
oddflow detect --sensitivity 1 --preset flows "$f" 2>&1
oddflow detect --sensitivity 1 - <"$f" 2>&1
