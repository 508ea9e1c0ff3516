"""Ways a site file can be wrong, and what is said of it; alarms have a file of their own."""

from __future__ import annotations

import pytest

_QUANTITIES = "flow level ph ec temperature turbidity tss cod cod_mn toc bod"

CASES = {
    "a wrong unit": (
        '"1500 mg/L"]',
        '"1500 C"]',
        'site.toml:13 channel.inlet_cod.range: have "1500 C", want a concentration such as "1500 mg/L"',
    ),
    "a wrong dimension": (
        '"30000 m3/d"',
        '"30000 m3"',
        'site.toml:5 works.capacity: have "30000 m3", want a flow such as "30000 m3/d"',
    ),
    "an amount without a unit": (
        '"1500 mg/L"]',
        '"900"]',
        'site.toml:13 channel.inlet_cod.range: have "900", want a concentration such as "900 mg/L"',
    ),
    "an amount that is a number": (
        '"7000 m3"',
        "7000",
        'site.toml:7 works.equalisation: have "7000", want a volume such as "7000 m3"',
    ),
    "a pH with a unit": (
        'below = "5.0"',
        'below = "5 mg/L"',
        'site.toml:29 alarm.ph-low.below: have "5 mg/L", want a pH, in quotation marks and without a unit, such as "5"',
    ),
    "no number at all": (
        '"2 min"',
        '"soon"',
        'site.toml:31 alarm.ph-low.on_delay: have "soon", want a duration such as "10 min"',
    ),
    "a unit of time that is none": (
        'every = "5 min"',
        'every = "5 minutes"',
        'site.toml:12 channel.inlet_cod.every: have "5 minutes", want a duration such as "5 min"',
    ),
    "a number beyond all measure": (
        'range = ["0 mg/L", "1500 mg/L"]',
        'range = ["0 mg/L", "1e308 g/L"]',
        'site.toml:13 channel.inlet_cod.range: have "1e308 g/L", want a number that is not so large',
    ),
    "a grid that does not divide an hour": (
        'equalisation = "7000 m3"',
        'equalisation = "7000 m3"\ngrid = "7 min"',
        'site.toml:8 works.grid: have "7 min", want a duration that divides an hour, such as 1 min, 5 min or 30 min',
    ),
    "a grid longer than an hour": (
        'equalisation = "7000 m3"',
        'equalisation = "7000 m3"\ngrid = "2 h"',
        'site.toml:8 works.grid: have "2 h", want a duration that divides an hour, such as 1 min, 5 min or 30 min',
    ),
    "no interval": (
        'every = "5 min"',
        'every = "0 s"',
        'site.toml:12 channel.inlet_cod.every: have "0 s", want a duration above 0',
    ),
    "a negative duration": (
        '"2 min"',
        '"-2 min"',
        'site.toml:31 alarm.ph-low.on_delay: have "-2 min", want a duration from 0 s to 365000 d',
    ),
    "a reversed range": (
        '["0", "14"]',
        '["14", "0"]',
        'site.toml:19 channel.inlet.ph.range: have "14 .. 0", want the lower end first',
    ),
    "a range outside physical bounds": (
        '["0", "14"]',
        '["0", "15"]',
        'site.toml:19 channel.inlet.ph.range: have "0 .. 15", want a value within 0 .. 14 pH',
    ),
    "half a range": (
        '["0", "14"]',
        '["14"]',
        'site.toml:19 channel.inlet.ph.range: have "["14"]", want two amounts, the lower and the upper end',
    ),
    "an unknown key": (
        "deadband =",
        "deadbnad =",
        'site.toml:30 alarm.ph-low.deadbnad: unknown key; did you mean "deadband"?',
    ),
    "an unknown key like no other": (
        "equalisation =",
        "xyz =",
        "site.toml:7 works.xyz: unknown key; want one of id name zone country holidays language capacity design equalisation reorder false_warnings grid",
    ),
    "an unknown table": (
        "[[alarm]]",
        "[[alarms]]",
        'site.toml:26 alarms: unknown key; did you mean "alarm"?',
    ),
    "a missing key": (
        'every = "5 min"\n',
        "",
        "site.toml:9 channel.inlet_cod.every: missing; want time between readings",
    ),
    "a missing id": (
        'id = "inlet_cod"\n',
        "",
        "site.toml:9 channel.1.id: missing; want its id: place, dot, name",
    ),
    "a missing driver": (
        'driver = "modbus"\n',
        "",
        (
            "site.toml:20 channel.inlet.ph.source.driver: missing; want the name of the driver, "
            'or id = "..." of a [[source]]'
        ),
    ),
    "an unknown quantity": (
        'quantity = "cod"',
        'quantity = "codd"',
        'site.toml:11 channel.inlet_cod.quantity: have "codd", want "cod"',
    ),
    "an unknown quantity of the design": (
        "{ bod =",
        "{ bodd =",
        'site.toml:6 works.design.bodd: have "bodd", want "bod"',
    ),
    "a design value in a wrong unit": (
        '"180 mg/L"',
        '"180 m3/d"',
        'site.toml:6 works.design.bod: have "180 m3/d", want a concentration such as "180 mg/L"',
    ),
    "an unknown zone": (
        '"Asia/Seoul"',
        '"Asia/Miryang"',
        'site.toml:4 works.zone: have "Asia/Miryang", want a time zone such as "Asia/Seoul"',
    ),
    "a zone that is a path": (
        '"Asia/Seoul"',
        '"../../etc/passwd"',
        'site.toml:4 works.zone: have "../../etc/passwd", want a time zone such as "Asia/Seoul"',
    ),
    "an unknown language": (
        'zone = "Asia/Seoul"',
        'zone = "Asia/Seoul"\nlanguage = "kr"',
        'site.toml:5 works.language: have "kr", want one of ko en',
    ),
    "nothing of a capacity": (
        '"30000 m3/d"',
        '"0 m3/d"',
        'site.toml:5 works.capacity: have "0 m3/d", want more than 0',
    ),
    "a name in one language": (
        ', en = "Miryang"',
        "",
        'site.toml:3 works.name: have "{ko = "밀양"}", want a name in both languages: { ko = "유입 pH", en = "Inlet pH" }',
    ),
    "a bad id": (
        'id = "inlet_cod"',
        'id = "inlet cod:1"',
        'site.toml:10 channel.inlet cod:1.id: have "inlet cod:1", want at most 64 letters, digits, dashes and dots, such as "inlet.nh4_n"',
    ),
    "stuck before it is suspect": (
        'every = "5 min"',
        'every = "5 min"\nflat_suspect = "6 h"\nflat_fail = "2 h"',
        'site.toml:14 channel.inlet_cod.flat_fail: have "2 h", want at least flat_suspect, 6 h',
    ),
    "no deviations": (
        'every = "5 min"',
        'every = "5 min"\nspike = 0',
        'site.toml:13 channel.inlet_cod.spike: have "0", want a number above 0',
    ),
    "deviations that are no number": (
        'every = "5 min"',
        'every = "5 min"\nspike = nan',
        'site.toml:13 channel.inlet_cod.spike: have "nan", want a number above 0',
    ),
    "an unknown driver": (
        'driver = "modbus"',
        'driver = "modbuss"',
        'site.toml:21 channel.inlet.ph.source.driver: have "modbuss", want "modbus"',
    ),
    "a setting that is a list": (
        "register = 40001",
        "register = [40001]",
        'site.toml:23 channel.inlet.ph.source.register: have "[40001]", want a whole number, 0 or more',
    ),
    "a source that is no table": (
        '[channel.source]\ndriver = "modbus"\nhost = "10.0.0.21"\nregister = 40001\ntype = "float32"\n',
        'source = "modbus"\n',
        'site.toml:20 channel.inlet.ph.source: have "modbus", want a table: [channel.source]',
    ),
    "single brackets where double are due": (
        "[[alarm]]",
        "[alarm]",
        'site.toml:26 alarm: have "[alarm]", want double brackets: [[alarm]]',
    ),
    "double brackets where single are due": (
        "[works]",
        "[[works]]",
        'site.toml:1 works: have "[[works]]", want a table: [works]',
    ),
    "a port out of range": (
        "[[alarm]]",
        "[http]\nport = 70000\n[[alarm]]",
        'site.toml:27 http.port: have "70000", want a whole number from 1 to 65535',
    ),
    "no retention": (
        "[[alarm]]",
        '[store]\nretention = "3 y"\n[[alarm]]',
        'site.toml:27 store.retention: have "3 y", want a duration such as "3 min"',
    ),
    "a journal shorter than what a start looks back to": (
        "[[alarm]]",
        '[store]\njournal = "7 d"\n[[alarm]]',
        'site.toml:27 store.journal: have "7 d", want at least 30 d: a start looks back so far when the site file has changed',
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_wrong_site_file_says_where_what_it_has_and_what_it_wants(complain, what):
    old, new, message = CASES[what]
    assert complain(old, new) == [message]


def test_an_unknown_quantity_like_no_other_is_answered_with_all_there_are(complain):
    (said,) = complain('quantity = "cod"', 'quantity = "zzz"')
    assert said.startswith(
        f'site.toml:11 channel.inlet_cod.quantity: have "zzz", want one of {_QUANTITIES}'
    )


def test_an_id_that_stands_twice_names_the_first_place(complain):
    assert complain('id = "inlet.ph"', 'id = "inlet_cod"') == [
        'site.toml:16 channel.inlet_cod.id: "inlet_cod" stands in site.toml:10 already; want an id of its own',
        'site.toml:28 alarm.ph-low.channel: have "inlet.ph", want the id of a channel',
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_file(complain):
    faults = complain(
        'every = "5 min"\nrange = ["0 mg/L", "1500 mg/L"]',
        'every = "5"\nrange = ["0 mg/L", "1500 C"]\ncolour = 1',
    )
    assert [fault.split(" ")[0] for fault in faults] == [
        "site.toml:12",
        "site.toml:13",
        "site.toml:14",
    ]


def test_nothing_unprintable_of_a_file_reaches_the_terminal(complain):
    (said,) = complain('"30000 m3/d"', '"\\u001b[31m m3/d"')
    assert "\x1b" not in said
    assert 'have "?[31m m3/d"' in said


KOREAN = {
    "a journal shorter than what a start looks back to": 'site.toml:27 store.journal: 입력값 "7 d", 필요한 값: 30 d 이상(설정 파일이 바뀐 뒤 시작할 때 그만큼 되돌아봅니다)',
    "a wrong unit": 'site.toml:13 channel.inlet_cod.range: 입력값 "1500 C", 필요한 값: 농도(예: "1500 mg/L")',
    "an unknown key": 'site.toml:30 alarm.ph-low.deadbnad: 알 수 없는 키입니다. "deadband"을(를) 쓰려던 것입니까?',
    "a missing key": "site.toml:9 channel.inlet_cod.every: 빠져 있습니다. 필요한 값: 측정 간격",
    "a reversed range": 'site.toml:19 channel.inlet.ph.range: 입력값 "14 .. 0", 필요한 값: 작은 값을 먼저',
}


@pytest.mark.parametrize("what", KOREAN)
def test_a_wrong_site_file_says_so_in_korean(complain, what):
    old, new, _ = CASES[what]
    assert complain(old, new, language="ko") == [KOREAN[what]]


def test_a_list_among_settings_nobody_can_check_is_refused(complain, without_modbus):
    assert complain("register = 40001", "register = [40001]") == [
        'site.toml:23 channel.inlet.ph.source.register: have "register = [40001]", want one text, number, true or false'
    ]
