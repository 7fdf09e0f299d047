using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>The peer has broken the protocol or says that we have, or it has gone (then <see cref="Condition"/> is null).</summary>
internal sealed class AmqpFault : Exception
{
    public AmqpFault(string message)
        : base(message)
    {
    }

    public AmqpFault(Error error)
        : base(error.Description ?? (string)error.Condition)
    {
        Condition = error.Condition;
    }

    public AmqpFault(string condition, string message)
        : base(message)
    {
        Condition = condition;
    }

    /// <summary>The AMQP error condition, as "amqp:not-found".</summary>
    public string? Condition { get; }
}
