"""What every page of every door shares: who asks, what the bars offer, words and addresses."""
