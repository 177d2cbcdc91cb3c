"""What readers see for columns and prices that a scenario changes, in English and Thai."""

from __future__ import annotations

from typing import Final

PRICES: Final = (
    "fuel_thb_per_l",
    "tyres_thb_per_km",
    "maintenance_thb_per_km",
    "crew_thb_per_h",
    "capital_thb_per_h",
)
"""Prices of a vehicle that can be changed, as in its file."""

WORDS: Final = {
    "surface": ("surface", "ผิวทาง"),
    "tracktype": ("tracktype", "ชั้นทางลูกรัง"),
    "smoothness": ("smoothness", "ความเรียบ"),
    "highway": ("class", "ประเภททาง"),
    "lanes": ("lanes", "ช่องจราจร"),
    "width_m": ("width (m)", "ความกว้าง (ม.)"),
    "maxspeed_kph": ("speed limit (km/h)", "ความเร็วจำกัด (กม./ชม.)"),
    "maxweight_t": ("weight limit (t)", "น้ำหนักจำกัด (ตัน)"),
    "maxheight_m": ("height limit (m)", "ความสูงจำกัด (ม.)"),
    "maxlength_m": ("length limit (m)", "ความยาวจำกัด (ม.)"),
    "min_radius_m": ("smallest bend radius (m)", "รัศมีโค้งน้อยสุด (ม.)"),
    "width_percent": ("width (%)", "ความกว้าง (%)"),
    "maxspeed_percent": ("speed limit (%)", "ความเร็วจำกัด (%)"),
    "maxweight_percent": ("weight limit (%)", "น้ำหนักจำกัด (%)"),
    "fuel_thb_per_l": ("fuel (baht/L)", "น้ำมัน (บาท/ลิตร)"),
    "tyres_thb_per_km": ("tyres (baht/km)", "ยาง (บาท/กม.)"),
    "maintenance_thb_per_km": ("maintenance (baht/km)", "ซ่อมบำรุง (บาท/กม.)"),
    "crew_thb_per_h": ("crew (baht/h)", "พนักงานขับรถ (บาท/ชม.)"),
    "capital_thb_per_h": ("capital (baht/h)", "ต้นทุนรถ (บาท/ชม.)"),
}
"""What readers see for a column, in English and Thai."""
