using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Functions.Sdk.Amqp;

/// <summary>Requests to an entity's management node.</summary>
internal sealed class ManagementLink(NamespaceConnection connection, string entityPath)
{
    private readonly SemaphoreSlim _opening = new(1);
    private RequestLinks? _links;

    public async Task<Message> Ask(string operation, Map body, CancellationToken cancellation)
    {
        var request = new Message
        {
            BodySection = new AmqpValue { Value = body },
            ApplicationProperties = new ApplicationProperties { ["operation"] = operation },
        };
        return await (await Links(cancellation)).Ask(request, cancellation);
    }

    private async Task<RequestLinks> Links(CancellationToken cancellation)
    {
        var node = $"{entityPath}/$management";
        var session = await connection.Enter(entityPath, cancellation);
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_links is null || _links.IsGone)
            {
                _links = await RequestLinks.Open(session, node, cancellation);
            }

            return _links;
        }
        finally
        {
            _opening.Release();
        }
    }
}
