"""Offers and needs that fit (资源要素对接): posts, matches that explain themselves, consent, outcomes, weights."""
