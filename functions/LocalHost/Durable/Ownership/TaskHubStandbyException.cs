namespace LocalHost.Durable.Ownership;

/// <summary>The engine has not begun: its host waits as a standby until the task hub is free.</summary>
public sealed class TaskHubStandbyException()
    : InvalidOperationException("The durable engine has not been started: this host is starting, or waits as a standby for the task hub.");
