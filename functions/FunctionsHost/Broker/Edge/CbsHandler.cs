using Microsoft.Azure.Amqp;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Takes the tokens clients put before they use an entity. Who may not come in does not hear either what there is.</summary>
internal sealed class CbsHandler(ServiceBusBroker broker, TokenGate gate)
{
    public AmqpMessage Handle(AmqpMessage request)
    {
        var properties = request.ApplicationProperties?.Map;
        if (properties?["operation"] is not "put-token")
        {
            return Response.NotSupported($"{properties?["operation"]}");
        }

        if (gate.Put($"{request.ValueBody?.Value}") is { } wrong)
        {
            return Response.Unauthorized(wrong);
        }

        var (entity, _) = LinkRouter.Split(TokenGate.Path($"{properties["name"]}"));
        return entity.Length == 0 || broker.Find(entity) is not null || LinkRouter.IsSubscription(entity)
            ? Response.Accepted()
            : Response.NotFound(LinkRouter.NoSuchEntity(entity));
    }
}
