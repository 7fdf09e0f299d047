using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Penalties.Tests;

/// <summary>NHN Cloud in memory: it lists the messages it was given, and takes orders as it is told.</summary>
internal sealed class NhnTwin : HttpMessageHandler
{
    public List<JsonObject> Messages { get; } = [];

    public List<NhnRequest> Requests { get; } = [];

    public IEnumerable<NhnRequest> Orders => Requests.Where(request => request.Method == HttpMethod.Post);

    /// <summary>The answer to an order; what it changes is seen by the next look.</summary>
    public Func<HttpResponseMessage> OnOrder { get; set; } = () => Ordered(0);

    /// <summary>The answer to a look; null: the messages, page by page.</summary>
    public Func<HttpResponseMessage>? OnList { get; set; }

    /// <summary>The most rows on a page, whatever was asked for.</summary>
    public int PageSize { get; set; } = 1_000;

    public static HttpResponseMessage Ordered(int? recipientCode)
    {
        var data = new { requestId = "R1", statusCode = "2", sendResultList = new[] { new { resultCode = recipientCode } } };
        return Answer(new { header = Header(0), body = new { data } });
    }

    public static HttpResponseMessage Refused(int code, string message = "no") => Answer(new { header = Header(code, message), body = (object?)null });

    public static HttpResponseMessage Answer(object body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = JsonContent.Create(body) };

    public static JsonObject Message(string? key, string? msgStatus, string? resultCode) => new()
    {
        ["requestId"] = "R1",
        ["senderGroupingKey"] = key,
        ["msgStatus"] = msgStatus,
        ["resultCode"] = resultCode,
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var query = QueryHelpers.ParseQuery(request.RequestUri!.Query).ToDictionary(one => one.Key, one => one.Value.ToString());
        Requests.Add(new(
            request.Method,
            request.RequestUri.AbsolutePath,
            query,
            request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)),
            request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))));
        return request.Method == HttpMethod.Post ? OnOrder() : OnList?.Invoke() ?? List(int.Parse(query["pageNum"], CultureInfo.InvariantCulture));
    }

    private HttpResponseMessage List(int pageNum) => Answer(new
    {
        header = Header(0),
        body = new { pageNum, pageSize = PageSize, totalCount = Messages.Count, data = Messages.Skip((pageNum - 1) * PageSize).Take(PageSize) },
    });

    private static object Header(int code, string message = "SUCCESS") => new { isSuccessful = code == 0, resultCode = code, resultMessage = message };
}

internal sealed record NhnRequest(
    HttpMethod Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, JsonNode? Body);
