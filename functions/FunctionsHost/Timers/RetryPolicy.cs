using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Timers;

/// <summary>How a function that failed is tried again, as its metadata says (<c>FixedDelayRetry</c>, <c>ExponentialBackoffRetry</c>).</summary>
internal sealed class RetryPolicy(Worker.Rpc.RetryOptions options)
{
    private const int Fixed = 1;

    /// <summary>How long to wait before a retry; null: there is none.</summary>
    /// <param name="retry">Beginning with 1.</param>
    public TimeSpan? Before(int retry) => options.MaxRetryCount >= 0 && retry > options.MaxRetryCount ? null
        : options.RetryStrategy == Fixed ? options.DelayInterval.ToTimeSpan()
        : TimeSpan.FromSeconds(Math.Min(options.MinimumInterval.ToTimeSpan().TotalSeconds * Math.Pow(2, retry - 1), options.MaximumInterval.ToTimeSpan().TotalSeconds));

    /// <summary>What the function is told of it; null at its first attempt.</summary>
    public RetryContext? Context(int retry) => retry == 0 ? null : new() { RetryCount = retry, MaxRetryCount = options.MaxRetryCount };
}
