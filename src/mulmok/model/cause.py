"""Causes: what may be behind an event, and what they are called. Codes stand in `events.jsonl`."""

from __future__ import annotations

from mulmok.model.text import Names

#: Foreign water first, then the instrument's own troubles.
CAUSE_NAMES = {
    "livestock": Names("가축분뇨", "livestock slurry"),
    "septage": Names("분뇨·정화조 슬러지", "septage"),
    "food_waste": Names("음식물 폐수", "food-waste liquor"),
    "leachate": Names("침출수", "landfill leachate"),
    "plating": Names("도금 폐수", "plating waste"),
    "acid": Names("산 유입", "acid"),
    "alkali": Names("알칼리 유입", "alkali"),
    "oil": Names("유류", "oil"),
    "seawater": Names("해수", "seawater"),
    "infiltration": Names("지하수 침입", "infiltration"),
    "storm": Names("강우", "storm water"),
    "textile": Names("섬유·염색 폐수", "textile waste"),
    "food_industry": Names("식품 공장 폐수", "food-industry waste"),
    "construction": Names("공사장 탁수", "construction water"),
    "oxidant": Names("산화제", "oxidant"),
    "septicity": Names("관로 부패", "septicity"),
    "unknown": Names("원인 미상", "unknown cause"),
    "spike": Names("순간 튐", "spike"),
    "stuck": Names("고착", "stuck value"),
    "drift": Names("드리프트", "drift"),
    "dropout": Names("신호 끊김", "dropout"),
    "calibration": Names("교정", "calibration"),
    "fouling": Names("오염(막힘)", "fouling"),
    "offset": Names("편차", "offset"),
    "noise": Names("잡음", "noise"),
}
