using Microsoft.DurableTask;

namespace Penalties.Requests;

/// <summary>How often a step is tried again, one policy a reason.</summary>
public static class RetryPolicies
{
    /// <summary>An outside system or our storage is away: 5 s doubling to 30 minutes, for about a week. Steps throw for nothing else.</summary>
    public static readonly TaskOptions Outside = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            maxNumberOfAttempts: 350, firstRetryInterval: TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(30)));
}
