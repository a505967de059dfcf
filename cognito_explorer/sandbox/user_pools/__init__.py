"""Operations on user pools, by noun."""
