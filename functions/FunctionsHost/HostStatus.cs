namespace FunctionsHosting;

/// <summary>A running host as <c>/localhost/status</c> tells it.</summary>
/// <param name="Now">Business time.</param>
/// <param name="Speed">Business seconds per real second.</param>
/// <param name="NextDue">The earliest business instant at which something waits.</param>
/// <param name="UnderWay">What is being worked on; empty when idle.</param>
/// <param name="HttpPort">Port of the functions.</param>
/// <param name="ServiceBusPort">Port of the broker; null when another broker is used.</param>
/// <param name="Functions">Name and trigger of every function.</param>
public sealed record HostStatus(
    DateTimeOffset Now,
    double Speed,
    DateTimeOffset? NextDue,
    string UnderWay,
    int HttpPort,
    int? ServiceBusPort,
    IReadOnlyList<HostedFunction> Functions);

/// <param name="Name">The function's name.</param>
/// <param name="Trigger">For example httpTrigger.</param>
/// <param name="Where">Method and address, schedule, queue, or the name durable code calls.</param>
public sealed record HostedFunction(string Name, string Trigger, string Where);
