using Microsoft.DurableTask;

namespace Penalties.Requests;

/// <summary>How often an activity is tried again, one policy a reason.</summary>
public static class RetryPolicies
{
    /// <summary>
    /// A step of a case: three tries within some ten seconds. Then its failure is written to the case, which goes on with its other steps and
    /// tries this one again later.
    /// </summary>
    public static readonly TaskOptions Step = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 3, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2));

    /// <summary>What nothing can go on without, because our own storage is away: 5 s doubling to 30 minutes, for about a week.</summary>
    public static readonly TaskOptions Persistent = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            maxNumberOfAttempts: 350, firstRetryInterval: TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(30)));
}
