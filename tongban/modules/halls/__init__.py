"""What happens between halls: papers that a window took, and the bags in which they travel (物料流转)."""
