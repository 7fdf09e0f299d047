namespace Azure.Messaging.ServiceBus;

public enum ServiceBusReceiveMode
{
    /// <summary>Received messages are locked until they are settled or the lock expires.</summary>
    PeekLock,

    /// <summary>Received messages are gone from the entity.</summary>
    ReceiveAndDelete,
}
