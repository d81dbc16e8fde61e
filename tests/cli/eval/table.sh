# Presets and hunt side by side on generated traffic: its labels are those of CTU-13
oddflow synth --flows 20k --seed 4 -w t.binetflow
oddflow eval --preset hosts,scans --hunt --resamples 20 t.binetflow
