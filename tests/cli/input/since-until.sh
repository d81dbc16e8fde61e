f=$DATA/two-windows.binetflow
oddflow detect --since 2011-08-10T09:46:10Z --until 2011/08/10.09:48:10 -o csv --windows-only "$f"
oddflow detect --since 2012-01-01T00:00:00Z "$f"
echo $?
oddflow detect --since 2011-08-10T09:46:10Z --until 2011-08-10T09:46:00Z "$f"
