using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace LocalHost.Worker.Binding;

/// <summary>Parameters of an HTTP function. Route values and the query are bound by the parameter's name, the route first.</summary>
internal static class HttpParameters
{
    public const string Allowed =
        "HttpRequest (the trigger), [FromBody] a JSON type, a route or query value of type " + TextValue.Allowed + ", " + CommonParameters.Allowed;

    public static ParameterBinder? Find(ParameterInfo parameter, bool isTrigger) => parameter switch
    {
        _ when parameter.ParameterType == typeof(HttpRequest) => static invocation => new(invocation.Required<HttpContext>().Request),
        _ when parameter.IsDefined(typeof(FromBodyAttribute)) => Body(parameter),
        _ when isTrigger => null,
        _ when CommonParameters.Find(parameter) is { } common => common,
        _ when TextValue.Fits(parameter.ParameterType) => TextValue.Bind(parameter),
        _ => null,
    };

    private static ParameterBinder Body(ParameterInfo parameter) => async invocation =>
    {
        var request = invocation.Required<HttpContext>().Request;
        try
        {
            var cancellation = invocation.CancellationToken;
            return await JsonSerializer.DeserializeAsync(request.Body, parameter.ParameterType, JsonSerializerOptions.Web, cancellation)
                ?? throw new BindingException(parameter.Name!, "The body is null; a JSON value is expected.");
        }
        catch (JsonException e)
        {
            throw new BindingException(parameter.Name!, $"The body is not valid JSON for this request (at {e.Path ?? "$"}).", e);
        }
    };
}
