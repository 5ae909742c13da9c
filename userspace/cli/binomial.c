// SPDX-License-Identifier: GPL-2.0-only
#include "binomial.h"

#define STEPS	60	/* of halving; a double has fewer bits */

static double power(double base, uint64_t exponent)
{
	double result = 1;

	for (; exponent; exponent >>= 1, base *= base)
		if (exponent & 1)
			result *= base;
	return result;
}

/* The chance of at most @seen in so many trials. */
static double chance(uint64_t trials, unsigned int seen, double each)
{
	double term = power(1 - each, trials), sum = term;

	for (unsigned int i = 0; i < seen; i++) {
		term *= (double)(trials - i) / (i + 1) * each / (1 - each);
		sum += term;
	}
	return sum;
}

/**
 * binomial_upper() - what the chance of an event is at most
 * @trials: how many there were
 * @seen: in how many of them it was, fewer than @trials
 * @doubt: how likely that may be wrong
 *
 * Clopper and Pearson's upper limit: were the chance any greater, so few would
 * have been seen with a chance of less than @doubt.
 *
 * Return: the limit.
 */
double binomial_upper(uint64_t trials, unsigned int seen, double doubt)
{
	double low = 0, high = 1;

	for (int i = 0; i < STEPS; i++) {
		double middle = (low + high) / 2;

		if (chance(trials, seen, middle) > doubt)
			low = middle;
		else
			high = middle;
	}
	return high;
}
