using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

internal enum Neighbour
{
    Crm,
    Board,
    DriverAdmin,
    Sms,
}

/// <summary>
/// The systems around the app, as their contracts say and as far as the app uses them, behind the client the app sends with: no sockets, so that
/// tens of thousands of sequences can be run. Each can be told to fail, or to do what was asked and lose its answer.
/// </summary>
internal sealed partial class OutsideWorld(TimeProvider clock) : HttpMessageHandler
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Neighbour, Fault> _faults = [];
    private long _ids = 1000;

    /// <summary>Requests of a system fail.</summary>
    /// <param name="skip">So many still work before.</param>
    /// <param name="after">They take effect, and only the answer is lost.</param>
    public void Fail(Neighbour neighbour, int skip, int requests, bool after)
    {
        lock (_gate)
        {
            _faults[neighbour] = new(skip, requests, after);
        }
    }

    /// <summary>Called when a request has arrived, before it takes effect.</summary>
    public Func<Neighbour, Task>? OnRequest { get; set; }

    public void Mend()
    {
        lock (_gate)
        {
            _faults.Clear();
            _lookUpsFailing = 0;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath.Trim('/').Split('/');
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var neighbour = path[0] switch
        {
            "zendesk" => Neighbour.Crm,
            "agit" => Neighbour.Board,
            "driver-admin" => Neighbour.DriverAdmin,
            "solapi" => Neighbour.Sms,
            _ => throw new InvalidOperationException($"Nobody lives at {request.RequestUri}."),
        };

        if (neighbour is Neighbour.DriverAdmin && request.Method == HttpMethod.Put)
        {
            OnBlocking?.Invoke(path[^1][..19], (string)body!["driverId"]!);
        }

        await (OnRequest?.Invoke(neighbour) ?? Task.CompletedTask);
        lock (_gate)
        {
            var fault = _faults.GetValueOrDefault(neighbour);
            var isFaulty = fault is { Skip: 0, Left: > 0 };
            if (fault is not null)
            {
                _faults[neighbour] = fault.Skip > 0 ? fault with { Skip = fault.Skip - 1 } : fault with { Left = fault.Left - 1 };
            }

            if (isFaulty && !fault!.After)
            {
                return Answer(HttpStatusCode.ServiceUnavailable, new JsonObject());
            }

            var answer = neighbour switch
            {
                Neighbour.Crm => Crm(request.Method, path[3..], body),
                Neighbour.Board => Board(request, path[1..], body),
                Neighbour.DriverAdmin => DriverAdmin(request.Method, path[2..], body),
                Neighbour.Sms => Sms(request.Method, path[4..], body),
            };
            return isFaulty ? throw new HttpRequestException("The answer was lost.") : answer;
        }
    }

    private sealed record Fault(int Skip, int Left, bool After);

    private static HttpResponseMessage Answer(HttpStatusCode status, JsonNode? body) =>
        new(status) { Content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Ok(JsonNode body) => Answer(HttpStatusCode.OK, body);

    private static HttpResponseMessage NotFound() => Answer(HttpStatusCode.NotFound, new JsonObject { ["code"] = "not_found" });
}
