#!/usr/bin/env python3
"""Writes src/synth/shape.c from the real flows of CTU-13 scenario 6.

Usage: fit_shapes.py FILE > src/synth/shape.c     (FILE: the binetflow file, may be .zst)
Needs pandas and scipy. Needed only when the kinds of traffic or the model of their sizes change.

1. Every flow is given a kind. Two bursts of the capture that are no background are left out: flows that were open when
   the capture began and came to light all at once, and one of a peer-to-peer client with 900 peers.
2. The flows of a kind are cut by their number of packets, frequent ones by duration too; every piece becomes a row with
   quantiles of bytes a packet and of duration. The cuts at 8 packets and at three durations keep the quantiles of the
   whole traffic, which lie there, sharp.
3. The rows' weights are tilted (least change in the sense of Kullback and Leibler) until the whole traffic has the real
   .1 .25 .5 .75 .9 .99 quantiles and the real share of transfers beyond 1, 3, 10, 30 and 100 million bytes.
"""
import io
import subprocess
import sys

import numpy as np
import pandas as pd
from scipy.optimize import minimize

SIZE_SEGMENTS, TIME_SEGMENTS = 4, 6
PROBABILITIES = [.1, .25, .5, .75, .9, .99]
TAIL = (1e6, 3e6, 1e7, 3e7, 1e8)
SHARP_DURATIONS = (.000767, 5.458937, 1555.623535)
RIDGE = 1e-3  # holds the weights back where the wishes cannot all be met
WHOLE_TAIL = ('web', 'web_gw', 'web_in', 'tcp_app', 'cut')  # kinds whose greatest flow is kept, not the .97 quantile
GATEWAY, SUPERNODE = '147.32.84.59', '147.32.84.229'


def read(path):
    text = subprocess.run(['zstd', '-dc', path], check=True, capture_output=True).stdout if path.endswith('.zst') \
        else open(path, 'rb').read()
    return pd.read_csv(io.BytesIO(text), low_memory=False)


def kinds(d):
    """The kind of each flow; a later rule overrules an earlier one."""
    kind = pd.Series('misc', index=d.index)
    direction, dport = d.Dir.str.strip(), d.Dport.astype(str)
    campus = d.SrcAddr.str.match(r'147\.32\.8[0-7]\.')
    udp, tcp, icmp = d.Proto == 'udp', d.Proto == 'tcp', d.Proto == 'icmp'
    con, open_ = udp & (d.State == 'CON'), tcp & (direction == '->')
    rules = [
        (con, 'udp_est'), (con & (dport == '13363'), 'super_in'), (con & (d.SrcAddr == SUPERNODE), 'super_out'),
        (con & (d.SrcAddr == GATEWAY) & (dport != '53'), 'udp_gw'), (con & (dport == '53'), 'dns_ext'),
        (con & d.DstAddr.isin(['147.32.80.9', '147.32.1.20']) & (dport == '53'), 'dns'), (con & (dport == '123'), 'ntp'),
        (udp & (d.State != 'CON'), 'udp_try'),
        (open_ & (dport == '80') & campus, 'web'), (open_ & (dport == '443') & campus, 'https'),
        (open_ & dport.isin(['80', '443']) & ~campus, 'web_in'), (open_ & ~dport.isin(['80', '443']), 'tcp_app'),
        (open_ & (d.DstAddr == SUPERNODE), 'super_tcp'), (open_ & (d.SrcAddr == GATEWAY), 'web_gw'),
        (open_ & (d.DstAddr == '147.32.80.13'), 'proxy'), (open_ & (d.SrcAddr == '147.32.80.13'), 'from_proxy'),
        (open_ & d.Label.str.contains('Normal'), 'normal_tcp'),
        (open_ & d.State.isin(['S_', 'S_RA', 'SR_', 'SEC_', 'S_SA', 'SA_R', 'SA_', 'S_FA']), 'tcp_try'),
        (tcp & (direction == '<?>'), 'cut'), (tcp & direction.isin(['?>', '<?']), 'cut_one'),
        (icmp & (direction == '->'), 'icmp_one'), (icmp & (direction != '->'), 'icmp_echo'),
        (d.Proto == 'igmp', 'igmp'), (d.Proto == 'arp', 'arp'), (d.Proto.isin(['rtp', 'rtcp']), 'rtp'),
    ]
    for where, name in rules:
        kind[where] = name
    return kind


def bursts(d):
    peers = (d.SrcAddr == GATEWAY) & (d.Sport == '7525') & d.StartTime.str.startswith('2011/08/16 10:3') & \
        (d.TotPkts > 1000)
    return peers | (d.SrcAddr == '88.176.79.163')


def packet_cuts(x, total):
    """Where to cut a kind by packets: at quantiles, the more of them the more frequent it is, and around values that
    many flows share."""
    p = x.TotPkts.values
    n, sorted_p, weight = len(p), np.sort(p), len(p) / total
    at = [.15, .3, .45, .6, .75, .88, .95, .985, .996, .9993] if weight > .05 else \
        [.2, .4, .6, .8, .92, .98, .996] if weight > .012 else [.3, .6, .85, .97, .995] if weight > .004 else [.4, .8, .97]
    cuts = {int(sorted_p[0])} | {int(sorted_p[int(q * n)]) for q in at if n * (1 - q) >= 8}
    for value, count in zip(*np.unique(p, return_counts=True)):
        if count > n * .08 and count > 200:
            cuts |= {int(value), int(value) + 1}
    if weight > .012:
        cuts.add(8)
    cuts = sorted(c for c in cuts if c <= sorted_p[-1]) + [int(sorted_p[-1]) + 1]
    kept = [cuts[0]]
    for a, b in zip(cuts[1:-1], cuts[2:]):
        inside, beyond = ((p >= kept[-1]) & (p < a)).sum(), (p >= a).sum()
        if inside >= max(.03 * n, 8) or (inside >= 8 and beyond < .08 * n and inside > .25 * beyond):
            kept.append(a)
        elif inside == 0:
            kept[-1] = a
    return kept + [cuts[-1]]


def duration_cuts(y, weight):
    at = [0, .3, .6, .85, .95, 1] if weight > .1 else [0, .5, 1] if weight > .02 else [0, 1]
    cuts = np.quantile(y.Dur, at)
    cuts[-1] += 1
    if weight > .006:
        for t in SHARP_DURATIONS:
            if .15 < (y.Dur < t).mean() < .85:
                cuts = np.append(cuts, t)
    return np.unique(cuts)


def three_digits(values):
    def one(v):
        unit = 10 ** max(0, len(str(int(v))) - 3)
        return int(round(v / unit) * unit)
    return [one(float(v)) for v in values]


def knots(values, segments):
    return three_digits(np.quantile(values, [.01] + [i / segments for i in range(1, segments)] + [.99]))


def rows_of(kind, x, total):
    rows = []
    cuts = packet_cuts(x, total)
    for a, b in zip(cuts[:-1], cuts[1:]):
        y = x[(x.TotPkts >= a) & (x.TotPkts < b)]
        if len(y) == 0:
            continue
        low, high = int(y.TotPkts.min()), b - 1
        if b == cuts[-1]:
            high = int(y.TotPkts.max()) if kind in WHOLE_TAIL else \
                max(low, int(np.quantile(y.TotPkts, .97, method='higher')))
        edges = duration_cuts(y, len(y) / total)
        for s, t in zip(edges[:-1], edges[1:]):
            z = y[(y.Dur >= s) & (y.Dur < t)]
            if len(z):
                rows.append([len(z) / total, low, high, knots(z.TotBytes / z.TotPkts, SIZE_SEGMENTS),
                             knots(z.Dur * 1e6, TIME_SEGMENTS)])
    return rows


def draw(row, n, rng):
    """n flows of a row, as background.c draws them."""
    def quantiles(k):
        return np.exp2(np.interp(rng.random(n) * (len(k) - 1), np.arange(len(k)), np.log2(np.maximum(k, 1))))
    _, low, high, per_packet, duration = row
    pkts = np.floor(low * ((high + 1) / low) ** rng.random(n))
    size = np.floor(pkts * quantiles(per_packet) + .5)
    us = quantiles(duration)
    us[us <= 1] = 0
    return {'TotPkts': pkts, 'TotBytes': size, 'Dur': np.floor(us) / 1e6}


def tilt(real, rows, rng):
    drawn = [draw(r, 100000, rng) for r in rows]
    shares, wanted = [], []

    def wish(column, limit, source):
        shares.append([(d[column] <= limit).mean() for d in drawn])
        wanted.append((source <= limit).mean())
    for column in ('TotPkts', 'TotBytes', 'Dur'):
        for p in PROBABILITIES:
            t = real[column].quantile(p)
            if (column == 'TotPkts' and p < .3) or (column == 'Dur' and p > .99):
                continue
            for limit in ([t * 1.03, t * .97] if p > .9 else [t + .5, t - .5]) if column == 'TotPkts' else \
                    [t + .5] if (column, p) == ('TotBytes', .25) else [t]:
                wish(column, limit, real[column])
    for t in TAIL:
        wish('TotBytes', t, real[~bursts(real)].TotBytes)
    shares, wanted = np.array(shares), np.array(wanted)
    start = np.array([r[0] for r in rows])
    start /= start.sum()
    gap = (shares - wanted[:, None]) / (np.minimum(wanted, 1 - wanted) + 1e-9)[:, None]

    def dual(multipliers):
        z = multipliers @ gap
        e = start * np.exp(z - z.max())
        return z.max() + np.log(e.sum()) + RIDGE * (multipliers @ multipliers), \
            gap @ (e / e.sum()) + 2 * RIDGE * multipliers
    best = minimize(dual, np.zeros(len(wanted)), jac=True, method='L-BFGS-B',
                    options=dict(maxiter=20000, maxfun=40000, ftol=1e-15, gtol=1e-10))
    z = best.x @ gap
    weights = start * np.exp(z - z.max())
    for r, w in zip(rows, weights / weights.sum()):
        r[0] = w


def braces(values):
    return '{' + ', '.join(map(str, values)) + '}'


def main():
    real = read(sys.argv[1])
    real['kind'] = kinds(real)
    fitted = real[~bursts(real) & (real.kind != 'misc')]
    names, rows = [], []
    for kind, x in fitted.groupby('kind'):
        for row in rows_of(kind, x, len(fitted)):
            names.append(kind)
            rows.append(row)
    tilt(real, rows, np.random.default_rng(1))
    lines = {}
    for name, (w, low, high, per_packet, duration) in zip(names, rows):
        lines.setdefault(name, []).append(
            f'    {{{max(1, round(w * 1e7))}, {low}, {high}, {braces(per_packet)}, {braces(duration)}}},')
    # IPv6 neighbour discovery: 13 real flows, too few to fit.
    lines['nd'] = ['    {330, 1, 10, {86, 86, 86, 86, 86}, '
                   '{0, 0, 2000000000, 3000000000, 3100000000, 3400000000, 3540000000}},']
    print('#include "synth/shape.h"\n\n/* clang-format off */')
    for name in sorted(lines):
        print(f'static const struct oddi_shape_row {name}_rows[] = {{', *lines[name], '};', sep='\n')
    print('/* clang-format on */\n')
    print('#define SHAPE(id, name) [ODDI_SHAPE_##id] = {name##_rows, sizeof name##_rows / sizeof *name##_rows}')
    print('static const struct oddi_shape shapes[ODDI_N_SHAPES] = {')
    for name in sorted(lines):
        print(f'    SHAPE({name.upper()}, {name}),')
    print('};\n\nconst struct oddi_shape *oddi_shape(enum oddi_shape_id id)\n{\n    return &shapes[id];\n}')


if __name__ == '__main__':
    main()
