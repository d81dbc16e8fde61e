oddflow
