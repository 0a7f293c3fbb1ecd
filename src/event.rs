//! Log of the pipeline: records, sent to one sink.
//!
//! Spans are named after the functions that open them. A closed span becomes a record of its own fields, those of the
//! spans around it, and `duration_ms`: the time spent inside, without pauses between two entries. An event becomes a
//! record with the fields of the spans around it. No record contains the text to be spoken.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};
use tracing_subscriber::reload;
use web_time::Instant;

use crate::error::{Error, ErrorKind, Result};

static FILTER: OnceLock<reload::Handle<LevelFilter, Registry>> = OnceLock::new();

/// Sends the records of this process to `sink`, each a JSON object with `level`, `message`, `module`, `funcName`,
/// `lineno` and further fields. The level is off until [`set_level`] changes it. Later calls have no effect.
pub fn install(sink: impl Fn(Value) + Send + Sync + 'static) {
    let (filter, handle) = reload::Layer::new(LevelFilter::OFF);
    let subscriber = Registry::default().with(filter).with(Records { sink });
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        // Only the first call gets here, so it can't be set already.
        let _ = FILTER.set(handle);
    }
}

/// Sets the log level: `off`, `error`, `warning`, `info` or `debug`. Fails with `option-invalid` for any other name.
pub fn set_level(name: &str) -> Result<()> {
    let level = level(name)?;
    match FILTER.get().map(|filter| filter.modify(|filter| *filter = level)) {
        None | Some(Ok(())) => Ok(()),
        Some(Err(cause)) => Err(Error::new(ErrorKind::EngineCrashed, "the log is broken").because(cause)),
    }
}

fn level(name: &str) -> Result<LevelFilter> {
    match name {
        "off" => Ok(LevelFilter::OFF),
        "error" => Ok(LevelFilter::ERROR),
        "warning" => Ok(LevelFilter::WARN),
        "info" => Ok(LevelFilter::INFO),
        "debug" => Ok(LevelFilter::DEBUG),
        _ => Err(Error::new(ErrorKind::OptionInvalid, "unknown log level")),
    }
}

/// Tracing layer that writes the records.
struct Records<S> {
    sink: S,
}

/// State of an open span.
struct OpenSpan {
    fields: Fields,
    busy: Duration,
    entered: Option<Instant>,
}

impl<R, S> Layer<R> for Records<S>
where
    R: Subscriber + for<'a> LookupSpan<'a>,
    S: Fn(Value) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, R>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(OpenSpan { fields, busy: Duration::ZERO, entered: None });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, R>) {
        change(&context, id, |open| values.record(&mut open.fields));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, R>) {
        change(&context, id, |open| open.entered = Some(Instant::now()));
    }

    fn on_exit(&self, id: &Id, context: Context<'_, R>) {
        change(&context, id, |open| {
            open.busy += open.entered.take().map_or(Duration::ZERO, |entered| entered.elapsed())
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, R>) {
        let Some(span) = context.span(&id) else { return };
        let mut fields = around(&context, Some(&id));
        if let Some(open) = span.extensions().get::<OpenSpan>() {
            fields.insert("duration_ms".to_owned(), json!(open.busy.as_secs_f64() * 1000.0));
        }
        let message = format!("{} is done", span.name());
        (self.sink)(record(span.metadata(), span.name(), message, fields));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, R>) {
        let innermost = context.event_span(event);
        let mut fields = around(&context, innermost.as_ref().map(|span| span.id()).as_ref());
        let mut own = Fields::default();
        event.record(&mut own);
        let message = own.0.remove("message").and_then(|value| value.as_str().map(str::to_owned));
        fields.append(&mut own.0);
        let name = innermost.map_or("", |span| span.name());
        (self.sink)(record(event.metadata(), name, message.unwrap_or_default(), fields));
    }
}

fn change<R>(context: &Context<'_, R>, id: &Id, change: impl FnOnce(&mut OpenSpan))
where
    R: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    if let Some(open) = span.extensions_mut().get_mut::<OpenSpan>() {
        change(open);
    }
}

/// Fields of a span and of those around it; the innermost value wins.
fn around<R>(context: &Context<'_, R>, id: Option<&Id>) -> Map<String, Value>
where
    R: Subscriber + for<'a> LookupSpan<'a>,
{
    let scope = id.and_then(|id| context.span_scope(id));
    let mut fields = Map::new();
    for span in scope.into_iter().flat_map(|scope| scope.from_root()) {
        if let Some(open) = span.extensions().get::<OpenSpan>() {
            fields.extend(open.fields.0.clone());
        }
    }
    fields
}

fn record(metadata: &Metadata<'_>, name: &str, message: String, mut fields: Map<String, Value>) -> Value {
    let own = [
        ("level", json!(level_name(*metadata.level()))),
        ("message", json!(message)),
        ("module", json!(metadata.file())),
        ("funcName", json!(name)),
        ("lineno", json!(metadata.line())),
    ];
    fields.extend(own.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(fields)
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG | Level::TRACE => "debug",
    }
}

/// Fields as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, json!(format!("{value:?}")));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing::{debug, debug_span, info, info_span};

    /// The records of what `work` does, up to `level`.
    pub(crate) fn records(level: LevelFilter, work: impl FnOnce()) -> Vec<Value> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let sink = {
            let kept = kept.clone();
            move |record: Value| kept.lock().unwrap().push(record)
        };
        let subscriber = Registry::default().with(level).with(Records { sink });
        tracing::subscriber::with_default(subscriber, work);
        std::mem::take(&mut kept.lock().unwrap())
    }

    fn two_spans() {
        let request = info_span!("synthesize", request = "r1", audio = tracing::field::Empty);
        request.in_scope(|| {
            debug_span!("begin", chunk = 3).in_scope(|| debug!(stage = "encoder", ratio = 0.5, "cut"));
            info!("halfway");
        });
        request.record("audio", 1.5);
    }

    #[test]
    fn records_have_the_fields_of_the_spans_around_them() {
        let [cut, begin, halfway, synthesize] = &records(LevelFilter::DEBUG, two_spans)[..] else {
            panic!("four records")
        };
        assert_eq!(cut["message"], "cut");
        assert_eq!(cut["level"], "debug");
        assert_eq!(cut["funcName"], "begin");
        assert!(cut["module"].as_str().unwrap().ends_with("event.rs") && cut["lineno"].is_u64());
        assert_eq!((&cut["request"], &cut["chunk"]), (&json!("r1"), &json!(3)));
        assert_eq!((&cut["stage"], &cut["ratio"]), (&json!("encoder"), &json!(0.5)));
        assert_eq!((&begin["funcName"], &begin["chunk"]), (&json!("begin"), &json!(3)));
        assert!(begin["duration_ms"].is_f64());
        assert_eq!((&halfway["message"], &halfway["chunk"]), (&json!("halfway"), &Value::Null));
        assert_eq!((&synthesize["audio"], &synthesize["level"]), (&json!(1.5), &json!("info")));
    }

    #[test]
    fn the_level_decides_what_is_recorded() {
        let names = |level| {
            let named = |record: &Value| record["message"].as_str().unwrap().to_owned();
            records(level, two_spans).iter().map(named).collect::<Vec<_>>()
        };
        assert_eq!(names(LevelFilter::INFO), ["halfway", "synthesize is done"]);
        assert_eq!(names(LevelFilter::WARN), [""; 0]);
        assert_eq!(names(LevelFilter::OFF), [""; 0]);
    }

    #[test]
    fn levels_have_the_names_of_the_log() {
        for (name, filter) in [("off", LevelFilter::OFF), ("warning", LevelFilter::WARN)] {
            assert_eq!(level(name).unwrap(), filter);
        }
        assert_eq!(level("loud").unwrap_err().kind(), ErrorKind::OptionInvalid);
    }
}
