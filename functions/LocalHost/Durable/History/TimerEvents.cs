namespace LocalHost.Durable.History;

internal sealed record TimerCreated(DateTime FireAt) : HistoryEvent;

internal sealed record TimerFired(int TimerId, DateTime FireAt) : HistoryEvent;
