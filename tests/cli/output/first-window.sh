# Eleven rows of CTU-13 scenario 1.
oddflow detect --detector dbscan:eps=0.5,min_samples=3 "$DATA/first-window.binetflow"
