"""Operations on identity pools, by noun."""
