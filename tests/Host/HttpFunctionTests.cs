using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Worker.Tests;

public sealed class HttpFunctionTests
{
    [Theory]
    [InlineData("GET", "api/result/action", HttpStatusCode.Accepted, """{"id":"a"}""")]
    [InlineData("GET", "api/result/minimal", HttpStatusCode.Conflict, """{"code":"late"}""")]
    [InlineData("GET", "api/result/plain", HttpStatusCode.OK, """{"text":"안녕","number":3}""")]
    [InlineData("GET", "api/result/text", HttpStatusCode.OK, "hello")]
    [InlineData("POST", "api/result/nothing", HttpStatusCode.OK, "")]
    public async Task What_a_function_returns_is_the_answer(string method, string path, HttpStatusCode status, string body)
    {
        await using var host = await TestApp.Run(typeof(Results));
        using var client = host.Client();

        using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(body, text.StartsWith('{') ? JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(text), Unescaped) : text);
    }

    [Fact]
    public async Task Route_and_query_are_bound_by_name_and_type()
    {
        await using var host = await TestApp.Run(typeof(Values));
        using var client = host.Client();
        var id = Guid.NewGuid();

        var text = await client.GetStringAsync($"api/values/{id}/7?level=warning&at=2026-09-21T09:00:00%2B09:00&tag=a");

        Assert.Equal($"{id} 7 Warning 2026-09-21T00:00:00.0000000+00:00 a -", text);
    }

    [Theory]
    [InlineData("api/values/not-a-guid/7", HttpStatusCode.NotFound, "")]
    [InlineData("api/values/6b1d3ea1-6a8a-4f4f-8f4e-0d9d3a1a2c11/x", HttpStatusCode.BadRequest, "number")]
    [InlineData("api/values/6b1d3ea1-6a8a-4f4f-8f4e-0d9d3a1a2c11/1?level=loud", HttpStatusCode.BadRequest, "level")]
    [InlineData("api/values/6b1d3ea1-6a8a-4f4f-8f4e-0d9d3a1a2c11/1?at=noon", HttpStatusCode.BadRequest, "at")]
    public async Task A_value_that_does_not_fit_is_refused_by_name(string path, HttpStatusCode status, string parameter)
    {
        await using var host = await TestApp.Run(typeof(Values));
        using var client = host.Client();

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(status, answer.StatusCode);
        if (status == HttpStatusCode.BadRequest)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(parameter, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("parameter").GetString());
        }
    }

    [Fact]
    public async Task A_body_is_bound_from_json()
    {
        await using var host = await TestApp.Run(typeof(Bodies));
        using var client = host.Client();

        using var answer = await client.PostAsJsonAsync("api/bodies", new { name = "Kim", count = 2 });

        Assert.Equal("Kim 2", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"name":"Kim","count":"many"}""")]
    public async Task A_bad_body_is_the_callers_error_and_is_not_repeated(string body)
    {
        await using var host = await TestApp.Run(typeof(Bodies));
        using var client = host.Client();

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("api/bodies", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("Kim", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_throws_answers_500_without_its_text()
    {
        await using var host = await TestApp.Run(typeof(Results));
        using var client = host.Client();

        using var answer = await client.GetAsync(new Uri("api/result/throws", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/keyed", null, HttpStatusCode.Unauthorized)]
    [InlineData("api/keyed", "k3y!", HttpStatusCode.Unauthorized)]
    [InlineData("api/keyed", "k3y", HttpStatusCode.OK)]
    [InlineData("api/keyed?code=k3y", null, HttpStatusCode.OK)]
    [InlineData("api/keyed?code=K3Y", null, HttpStatusCode.Unauthorized)]
    [InlineData("api/open", null, HttpStatusCode.OK)]
    public async Task A_configured_key_guards_all_but_anonymous_routes(string path, string? header, HttpStatusCode status)
    {
        await using var host = await TestApp.Run(typeof(Keyed), ("LocalHost__FunctionKey", "k3y"));
        using var client = host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.Add("x-functions-key", header);
        }

        using var answer = await client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public sealed class Results
    {
        [Function("Action")]
        public IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result/action")] HttpRequest request) =>
            new AcceptedResult(request.Path, new { id = "a" });

        [Function("Minimal")]
        public async Task<IResult> Minimal([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result/minimal")] HttpRequest request)
        {
            await Task.Yield();
            return Microsoft.AspNetCore.Http.Results.Conflict(new { code = "late" });
        }

        [Function("Plain")]
        public static ValueTask<object> Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result/plain")] HttpRequest request) =>
            new(new { text = "안녕", number = 3 });

        [Function("Text")]
        public static string Text([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result/text")] HttpRequest request) => "hello";

        [Function("Nothing")]
        public static Task Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "result/nothing")] HttpRequest request) =>
            Task.CompletedTask;

        [Function("Throws")]
        public static Task<IActionResult> Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result/throws")] HttpRequest request) =>
            throw new InvalidOperationException("secret");
    }

    public enum Level
    {
        Info,
        Warning,
    }

    public static class Values
    {
        [Function("Values")]
        public static string Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "values/{id:guid}/{number}")] HttpRequest request,
            Guid id,
            int number,
            Level? level,
            DateTimeOffset? at,
            string? tag,
            string? other = "-") =>
            $"{id} {number} {level} {at?.ToUniversalTime():o} {tag} {other}";
    }

    public sealed record Person(string Name, int Count);

    public static class Bodies
    {
        [Function("Bodies")]
        public static string Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "bodies")] HttpRequest request,
            [FromBody] Person person,
            CancellationToken cancellation) =>
            $"{person.Name} {person.Count}";
    }

    public static class Keyed
    {
        [Function("Keyed")]
        public static string Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "keyed")] HttpRequest request) => "in";

        [Function("Open")]
        public static string Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "open")] HttpRequest request) => "in";
    }
}
