namespace Microsoft.DurableTask;

/// <summary>Decides after a failure whether the task runs again. Runs anew on every replay.</summary>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>Decides after a failure whether the task runs again; may await durable timers. Runs anew on every replay.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
