using Microsoft.DurableTask;

namespace LocalHost.Durable.Replay;

internal sealed partial class OrchestrationContext
{
    private readonly HashSet<int> _nonRetriable = [];

    private Task<string?> WithRetries(TaskOptions? options, Func<Task<string?>> call) => options?.Retry switch
    {
        { Policy: { } policy } => ByPolicy(policy, call),
        { Handler: { } handler } => ByHandler(handler, call),
        _ => call(),
    };

    private async Task<string?> ByPolicy(RetryPolicy policy, Func<Task<string?>> call)
    {
        var firstAttempt = _now;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e)
            {
                var inTime = policy.RetryTimeout == Timeout.InfiniteTimeSpan || _now < firstAttempt + policy.RetryTimeout;
                if (_nonRetriable.Contains(e.TaskId) || !inTime || (e.FailureDetails is { } details && !policy.HandleFailure(details)))
                {
                    throw;
                }

                if (attempt >= policy.MaxNumberOfAttempts)
                {
                    // Durable Task records this needless timer too; without it the numbers of later calls would differ.
                    await Timer(_now, CancellationToken.None);
                    throw;
                }

                await Timer(_now + Delay(policy, attempt), CancellationToken.None);
            }
        }
    }

    private static TimeSpan Delay(RetryPolicy policy, int attempt)
    {
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return policy.MaxRetryInterval != Timeout.InfiniteTimeSpan && milliseconds >= policy.MaxRetryInterval.TotalMilliseconds
            ? policy.MaxRetryInterval
            : TimeSpan.FromMilliseconds(milliseconds);
    }

    private async Task<string?> ByHandler(AsyncRetryHandler handler, Func<Task<string?>> call)
    {
        var firstAttempt = _now;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e)
            {
                if (!await handler(new RetryContext(this, attempt, e.FailureDetails, _now - firstAttempt, CancellationToken.None)))
                {
                    throw;
                }
            }
        }
    }
}
