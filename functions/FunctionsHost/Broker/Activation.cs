namespace FunctionsHosting.Broker;

/// <summary>A scheduled message whose time has come: it joins the queue as if it were sent now, behind all that is there.</summary>
internal readonly record struct Activation(BrokerMessage Message, long SequenceNumber, DateTimeOffset EnqueuedAt, DateTimeOffset ExpiresAt);
