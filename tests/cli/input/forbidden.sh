# A file that may not be read. Root may read everything, so the program then runs as nobody.
cp "$DATA/two-windows.binetflow" secret.binetflow
chmod 000 secret.binetflow
if [ "$(id -u)" -eq 0 ]; then
    command -v setpriv >/dev/null || { echo "root, and no setpriv"; exit 77; }
    chmod 755 . ..
    cp "$(readlink -f "$(command -v oddflow)")" ../oddflow-for-nobody && chmod 755 ../oddflow-for-nobody
    setpriv --reuid 65534 --regid 65534 --clear-groups ../oddflow-for-nobody version >/dev/null 2>&1 || { echo "nobody cannot run the program"; exit 77; }
    setpriv --reuid 65534 --regid 65534 --clear-groups ../oddflow-for-nobody detect secret.binetflow
else
    oddflow detect secret.binetflow
fi
