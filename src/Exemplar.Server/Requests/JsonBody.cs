using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Exemplar.Server.Problems;

namespace Exemplar.Server.Requests;

/// <summary>The body of a management request: a JSON object, or the problem with it.</summary>
internal sealed class JsonBody : IDisposable
{
    /// <summary>The largest body, in bytes.</summary>
    public const int LargestBody = 64 * 1024;

    private const int Deepest = 32;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = Deepest };

    private readonly JsonDocument? _document;

    private JsonBody(JsonDocument document) => _document = document;

    private JsonBody(ProblemResult problem) => Problem = problem;

    /// <summary>What is wrong with the body; null when it is an object.</summary>
    public ProblemResult? Problem { get; }

    public JsonElement Root => _document!.RootElement;

    /// <summary>Reads the whole body, at most <see cref="LargestBody"/>. The content type is not insisted on.</summary>
    public static async ValueTask<JsonBody> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LargestBody) return new JsonBody(TooLarge());
        var buffer = ArrayPool<byte>.Shared.Rent(LargestBody + 1);
        try
        {
            var length = 0;
            while (length <= LargestBody)
            {
                var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length, LargestBody + 1 - length), context.RequestAborted);
                if (read == 0) return Parse(buffer.AsSpan(0, length));
                length += read;
            }
            return new JsonBody(TooLarge());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _document?.Dispose();

    private static JsonBody Parse(ReadOnlySpan<byte> utf8)
    {
        // PowerShell and some editors put a byte order mark in front.
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (utf8.IsEmpty) return new JsonBody(new ProblemResult(ProblemKind.InvalidJson, "The body is empty; a JSON object is expected."));
        if (!Utf8.IsValid(utf8)) return new JsonBody(new ProblemResult(ProblemKind.InvalidJson, "The body is not valid UTF-8."));
        if (!TryParse(utf8.ToArray(), out var document, out var reason))
            return new JsonBody(new ProblemResult(ProblemKind.InvalidJson, reason));
        if (document.RootElement.ValueKind == JsonValueKind.Object) return new JsonBody(document);

        document.Dispose();
        return new JsonBody(ProblemResult.Invalid(FieldErrors.Of("body", "must be a JSON object")));
    }

    private static bool TryParse(byte[] utf8, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? reason)
    {
        (document, reason) = (null, null);
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            return true;
        }
        catch (JsonException exception)
        {
            reason = exception.Message;
        }
        catch (InvalidOperationException)
        {
            // Looking for duplicates unescapes the names, and half a surrogate pair has no text.
            reason = "A property name holds an escape that is no character.";
        }
        return false;
    }

    private static ProblemResult TooLarge() => new(ProblemKind.BodyTooLarge, "A body holds at most 64 KiB.");
}
