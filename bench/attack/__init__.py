"""How far the standings are from the truth, and how far an attacker can move them, beside nine rivals."""
