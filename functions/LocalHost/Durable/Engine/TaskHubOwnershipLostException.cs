namespace LocalHost.Durable.Engine;

/// <summary>Another engine has taken the task hub over; this one can not write any more and has to be started anew.</summary>
public sealed class TaskHubOwnershipLostException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
