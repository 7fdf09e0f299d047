using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace PlainApp;

public static class Functions
{
    /// <summary>A request as the worker sees it, told back: method, route, query, header, body; with a header and a cookie of its own.</summary>
    [Function(nameof(Echo))]
    public static async Task<HttpResponseData> Echo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "echo/{name}")] HttpRequestData request, string name, string? colour)
    {
        var answer = request.CreateResponse(HttpStatusCode.Accepted);
        answer.Headers.Add("X-Told", request.Headers.TryGetValues("X-Tell", out var told) ? string.Join(',', told) : "nothing");
        answer.Cookies.Append("taste", "sweet");
        await answer.WriteStringAsync($"{request.Method} {name} {request.Query["n"]} {colour} {await request.ReadAsStringAsync()}");
        return answer;
    }

    /// <summary>What a name is bound to where code asks for it itself.</summary>
    [Function(nameof(Bound))]
    public static string Bound([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "bound/{what}")] HttpRequestData request, FunctionContext context) =>
        $"{context.BindingContext.BindingData["what"]} {context.BindingContext.BindingData["Query"]} {context.BindingContext.BindingData["Headers"]}";

    [Function(nameof(Words))]
    public static string Words([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "words")] HttpRequestData request) => "말";

    [Function(nameof(Nothing))]
    public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "nothing")] HttpRequestData request)
    {
    }

    [Function(nameof(Fails))]
    public static HttpResponseData Fails([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fails")] HttpRequestData request) =>
        throw new InvalidOperationException("as asked for");

    [Function(nameof(Add))]
    public static async Task<HttpResponseData> Add(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "counter/{id}/{amount:int}")] HttpRequestData request,
        string id,
        int amount,
        [DurableClient] DurableTaskClient client)
    {
        await client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Counter), id), "add", amount);
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    [Function(nameof(Read))]
    public static async Task<HttpResponseData> Read(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "counter/{id}")] HttpRequestData request, string id, [DurableClient] DurableTaskClient client)
    {
        var entity = await client.Entities.GetEntityAsync<int>(new EntityInstanceId(nameof(Counter), id));
        var answer = request.CreateResponse(HttpStatusCode.OK);
        await answer.WriteStringAsync($"{entity?.State ?? 0}");
        return answer;
    }

    [Function(nameof(Counter))]
    public static Task Counter([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(static operation =>
    {
        operation.State.SetState(operation.State.GetState<int>() + operation.GetInput<int>());
        return new(operation.State.GetState<int>());
    });
}
