oddflow --version
oddflow -V
oddflow version
oddflow detect -V
oddflow version --build | grep -c '^compiler: '
oddflow version twice
