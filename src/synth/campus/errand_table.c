#include "synth/campus/errand.h"

#define O                 ODDI_WHO(ODDI_NET_OFFICE)
#define H                 ODDI_WHO(ODDI_NET_HOUSING)
#define S                 ODDI_WHO(ODDI_NET_SERVERS)
#define W                 ODDI_WHO(ODDI_NET_WIFI)
#define USER              .when = ODDI_WHEN_USER
#define EVENLY            .when = ODDI_WHEN_MACHINE
#define NIGHT             .when = ODDI_WHEN_NIGHT
#define TO(x)             .peer = ODDI_PEER_SERVER, .server = ODDI_SERVER_##x
#define BY(x)             .who = S, .only = true, .only_server = ODDI_SERVER_##x
#define DO(label_, talk_) .label = ODDI_LABEL_##label_, .talk = ODDI_TALK_##talk_

/* How often is reasoned from what such hosts do, and scaled as a whole to about 80 flows a host and day; nothing here
 * is set by what a detector makes of it. Rows may be added at the end only: a host's habits hang on their number. */
static const struct oddi_errand errands[] = {
    /* Everybody who sits at a screen. */
    {DO(WEB, WEB), USER, .peer = ODDI_PEER_SITES, .who = O, .part = 1000, .a_day = 5500, .flows = {1, 5},
     .seconds = 90, .lookups = 1, .free_percent = 50},
    {DO(WEB, WEB), USER, .peer = ODDI_PEER_SITES, .who = H, .part = 1000, .a_day = 6000, .flows = {1, 5},
     .seconds = 120, .lookups = 1},
    {DO(WEB, WEB), USER, .peer = ODDI_PEER_SITES, .who = W, .part = 1000, .a_day = 5000, .flows = {1, 4},
     .seconds = 60, .lookups = 1},
    {DO(WEB, QUIC), USER, .peer = ODDI_PEER_SITES, .who = O | H | W, .part = 800, .a_day = 2800,
     .flows = {1, 3}, .seconds = 60, .lookups = 1, .free_percent = 70},
    {DO(WEB, WEB_OLD), USER, .peer = ODDI_PEER_SITES, .who = O | H | W, .part = 500, .a_day = 900,
     .flows = {1, 3}, .seconds = 30, .lookups = 1},
    {DO(WEB, STREAM), USER, .peer = ODDI_PEER_POPULAR, .who = H, .part = 800, .a_day = 2200, .flows = {1, 3},
     .seconds = 1800, .lookups = 1, .same_peer = true},
    {DO(WEB, STREAM), USER, .peer = ODDI_PEER_POPULAR, .who = O | W, .part = 350, .a_day = 700,
     .flows = {1, 2}, .seconds = 600, .lookups = 1, .same_peer = true},
    {DO(WORK, MAILBOX), USER, TO(MAIL_A), .who = O, .part = 1000, .a_day = 4000, .flows = {1, 2},
     .seconds = 20, .free_percent = 60},
    {DO(WORK, MAILBOX), USER, TO(MAIL_B), .who = H | W, .part = 600, .a_day = 1600, .flows = {1, 1}},
    {DO(WORK, SUBMIT), USER, TO(MAIL_A), .who = O, .part = 950, .a_day = 1300, .flows = {1, 1},
     .free_percent = 60},
    {DO(WEB, CHAT), USER, .peer = ODDI_PEER_CHAT, .who = O | H | W, .part = 600, .a_day = 2600,
     .flows = {1, 2}, .seconds = 1200},
    {DO(WEB, CALL), USER, .peer = ODDI_PEER_POPULAR, .who = O | H | W, .part = 450, .a_day = 600,
     .flows = {1, 3}, .seconds = 120, .lookups = 1, .same_peer = true},
    {DO(WEB, UPLOAD), USER, .peer = ODDI_PEER_CLOUD, .who = O | H | W, .part = 350, .a_day = 700,
     .flows = {1, 2}, .seconds = 600, .lookups = 1},
    {DO(WEB, UPLOAD), USER, .peer = ODDI_PEER_POPULAR, .who = O | H | W, .part = 1000, .a_day = 12,
     .flows = {1, 3}, .seconds = 1800, .lookups = 1, .same_peer = true},

    /* Work. */
    {DO(WORK, SMB), USER, .peer = ODDI_PEER_FILES, .who = O, .part = 900, .a_day = 2600, .flows = {1, 3},
     .seconds = 600, .free_percent = 60},
    {DO(WORK, PRINT), USER, TO(PRINT), .who = O, .part = 600, .a_day = 900, .flows = {1, 2}, .seconds = 60,
     .free_percent = 30},
    {DO(WORK, WEB), USER, TO(INTRANET), .who = O, .part = 900, .a_day = 1500, .flows = {1, 3}, .seconds = 90,
     .free_percent = 50},
    {DO(WORK, WEB), USER, TO(APPLICATION), .who = O | H | W, .part = 300, .a_day = 900, .flows = {1, 4},
     .seconds = 240},
    {DO(WORK, SSH), USER, TO(GIT), .who = O | H, .part = 90, .a_day = 1500, .flows = {1, 2}, .seconds = 60},
    {DO(WORK, DATABASE), USER, TO(DATABASE), .who = O, .part = 60, .it_part = 300, .a_day = 1500,
     .flows = {1, 2}, .seconds = 60, .free_percent = 30},

    /* What machines do by themselves. */
    {DO(MACHINE, KERBEROS), EVENLY, TO(DIRECTORY_A), .who = O, .part = 1000, .a_day = 2500, .flows = {1, 2},
     .seconds = 2},
    {DO(MACHINE, LDAP), EVENLY, TO(DIRECTORY_B), .who = O, .part = 900, .a_day = 1500, .flows = {1, 2},
     .seconds = 2},
    {DO(MACHINE, RADIUS), EVENLY, TO(RADIUS), .who = W, .part = 1000, .a_day = 1500, .flows = {1, 1}},
    {DO(MACHINE, NTP), EVENLY, .peer = ODDI_PEER_CLOCKS, .who = O | H | S, .part = 700, .a_day = 2000,
     .flows = {1, 1}},
    {DO(MACHINE, AGENT), .when = ODDI_WHEN_TICK, .peer = ODDI_PEER_AGENTS, .who = O, .part = 850,
     .minutes = 60, .jitter = 4, .flows = {1, 1}},
    {DO(MACHINE, AGENT), .when = ODDI_WHEN_TICK, .peer = ODDI_PEER_CLOUD, .who = O | H, .part = 220,
     .minutes = 30, .jitter = 20, .flows = {1, 1}},
    {DO(MACHINE, CHAT), .when = ODDI_WHEN_TICK, .peer = ODDI_PEER_CHAT, .who = H | O, .part = 160,
     .minutes = 15, .jitter = 35, .flows = {1, 1}},
    {DO(MACHINE, UPDATE), EVENLY, .peer = ODDI_PEER_DOWNLOADS, .who = O | H | W, .part = 900, .a_day = 350,
     .flows = {1, 4}, .seconds = 300, .lookups = 1},
    {DO(MACHINE, UPDATE), EVENLY, TO(UPDATES), .who = O, .part = 900, .a_day = 350, .flows = {1, 2},
     .seconds = 60},
    {DO(BACKUP, BACKUP), NIGHT, TO(BACKUP), .who = O, .part = 450, .a_day = 900, .flows = {1, 2},
     .seconds = 900},
    {DO(BACKUP, BACKUP), NIGHT, TO(BACKUP), .who = S, .part = 850, .a_day = 1600, .flows = {1, 3},
     .seconds = 1800},
    {DO(BACKUP, UPLOAD), NIGHT, .peer = ODDI_PEER_CLOUD, .who = O | H, .part = 160, .a_day = 800,
     .flows = {1, 4}, .seconds = 1800, .lookups = 1},
    {DO(MACHINE, SMB), .when = ODDI_WHEN_TICK, .peer = ODDI_PEER_DEAD, .who = O | H, .part = 12,
     .minutes = 45, .jitter = 10, .flows = {1, 1}},

    /* Leisure. */
    {DO(P2P, P2P_UDP), USER, .peer = ODDI_PEER_STRANGERS, .who = H, .part = 150, .a_day = 1500,
     .flows = {15, 70}, .seconds = 3000},
    {DO(P2P, P2P_TCP), USER, .peer = ODDI_PEER_STRANGERS, .who = H, .part = 120, .a_day = 1000,
     .flows = {8, 40}, .seconds = 3000},
    {DO(WEB, CONSOLE), USER, .peer = ODDI_PEER_GAMES, .who = H, .part = 400, .a_day = 1100, .flows = {1, 3},
     .seconds = 1800, .lookups = 1},
    {DO(WEB, SSH), USER, .peer = ODDI_PEER_ROOM, .who = H, .part = 1000, .a_day = 5, .flows = {1, 3},
     .seconds = 300, .same_peer = true},

    /* Those who look after machines; the first department has most of them. */
    {DO(ADMIN, SSH), USER, .peer = ODDI_PEER_CHARGES, .who = O, .part = 30, .it_part = 600, .a_day = 4000,
     .flows = {1, 4}, .seconds = 900, .free_percent = 40},
    {DO(ADMIN, RDP), USER, .peer = ODDI_PEER_CHARGES, .who = O, .part = 25, .it_part = 500, .a_day = 2000,
     .flows = {1, 2}, .seconds = 900, .free_percent = 40},
    {DO(ADMIN, WINRM), USER, .peer = ODDI_PEER_CHARGES, .who = O, .part = 10, .it_part = 350, .a_day = 1500,
     .flows = {1, 3}, .seconds = 300, .free_percent = 40},
    {DO(ADMIN, RDP), USER, .peer = ODDI_PEER_NEW_CHARGE, .who = O, .part = 40, .it_part = 600, .a_day = 200,
     .flows = {1, 3}, .seconds = 900, .same_peer = true},
    {DO(ADMIN, SSH), USER, .peer = ODDI_PEER_NEW_CHARGE, .who = O, .part = 60, .it_part = 500, .a_day = 100,
     .flows = {1, 2}, .seconds = 900, .same_peer = true},
    {DO(ADMIN, SMB), USER, .peer = ODDI_PEER_NEW_CHARGE, .who = O, .part = 1000, .a_day = 5, .flows = {1, 3},
     .seconds = 300, .same_peer = true},

    /* Servers among each other and towards the world. */
    {DO(SERVER, SNMP), .when = ODDI_WHEN_TICK, .peer = ODDI_PEER_ANY_SERVER, BY(MONITOR), .part = 1000,
     .minutes = 3, .jitter = 10, .flows = {1, 1}},
    {DO(SERVER, PING), .when = ODDI_WHEN_TICK, .peer = ODDI_PEER_ANY_SERVER, BY(MONITOR), .part = 1000,
     .minutes = 5, .jitter = 10, .flows = {1, 1}},
    {DO(SERVER, SYSLOG), .when = ODDI_WHEN_TICK, TO(LOGS), .who = S, .part = 1000, .minutes = 60,
     .jitter = 30, .flows = {1, 1}},
    {DO(SERVER, DATABASE), .when = ODDI_WHEN_TICK, TO(DATABASE), BY(APPLICATION), .part = 1000, .minutes = 4,
     .jitter = 40, .flows = {1, 1}},
    {DO(SERVER, DATABASE), EVENLY, TO(DATABASE), BY(WEB), .part = 1000, .a_day = 250000, .flows = {1, 1}},
    {DO(SERVER, SMTP), EVENLY, .peer = ODDI_PEER_MAIL, BY(MAIL_A), .part = 1000, .a_day = 260000,
     .flows = {1, 1}, .lookups = 1},
    {DO(SERVER, SMTP), EVENLY, .peer = ODDI_PEER_MAIL, BY(MAIL_B), .part = 1000, .a_day = 120000,
     .flows = {1, 1}, .lookups = 1},
    {DO(SERVER, DNS), EVENLY, .peer = ODDI_PEER_NAMES, BY(DNS_A), .part = 1000, .a_day = 600000,
     .flows = {1, 1}},
    {DO(SERVER, DNS), EVENLY, .peer = ODDI_PEER_NAMES, BY(DNS_B), .part = 1000, .a_day = 500000,
     .flows = {1, 1}},
    {DO(SERVER, UPDATE), NIGHT, .peer = ODDI_PEER_DOWNLOADS, BY(UPDATES), .part = 1000, .a_day = 40000,
     .flows = {1, 1}},
    {DO(SERVER, UPDATE), NIGHT, TO(UPDATES), .who = S, .part = 900, .a_day = 700, .flows = {1, 1}},
};

const struct oddi_errand *oddi_errand_at(uint32_t i)
{
    return i < sizeof errands / sizeof *errands ? &errands[i] : NULL;
}
