# Bytes that a terminal would obey are shown, not sent.
oddflow "$(printf 'a\033[31mb\302\233c')"
oddflow detect "$(printf 'no\nsuch\033]0;x\007file')"
