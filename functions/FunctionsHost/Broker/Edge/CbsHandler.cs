using Microsoft.Azure.Amqp;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Takes the tokens clients put before they use an entity. Any token is good here; an unknown entity is not.</summary>
internal sealed class CbsHandler(ServiceBusBroker broker)
{
    public AmqpMessage Handle(AmqpMessage request)
    {
        var properties = request.ApplicationProperties?.Map;
        if (properties?["operation"] is not "put-token")
        {
            return Response.NotSupported($"{properties?["operation"]}");
        }

        if (properties["name"] is not string audience)
        {
            return Response.BadRequest("put-token without a name.");
        }

        var entity = Entity(audience);
        return entity.Length == 0 || broker.Find(entity) is not null
            ? Response.Accepted()
            : Response.NotFound($"The messaging entity '{entity}' could not be found.");
    }

    /// <summary>The path of an audience such as <c>sb://host:5672/queue/$management</c>, without the parts that are not the entity's.</summary>
    private static string Entity(string audience)
    {
        var path = Uri.TryCreate(audience, UriKind.Absolute, out var uri) ? Uri.UnescapeDataString(uri.AbsolutePath).Trim('/') : audience.Trim('/');
        return path.EndsWith("/$management", StringComparison.OrdinalIgnoreCase) ? path[..^"/$management".Length] : path;
    }
}
