: >empty.binetflow
oddflow detect empty.binetflow; echo $?
oddflow detect - </dev/null; echo $?
oddflow detect --format csv empty.binetflow; echo $?
oddflow check empty.binetflow
